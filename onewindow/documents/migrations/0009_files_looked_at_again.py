from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0008_announcements'),
    ]

    operations = [
        migrations.AddField(
            model_name='file',
            name='signature',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddIndex(
            model_name='file',
            index=models.Index(condition=models.Q(('scan__in', ['unscanned', 'infected'])), fields=['scan', 'id'], name='documents_file_doubtful'),
        ),
        migrations.AddIndex(
            model_name='file',
            index=models.Index(fields=['sha256'], name='documents_file_content'),
        ),
    ]
