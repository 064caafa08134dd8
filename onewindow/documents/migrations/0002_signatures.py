"""Which certificate signed a paper; signatures beside files; papers that wait for their time stamp."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='certificate',
            field=models.TextField(null=True),
        ),
        migrations.CreateModel(
            name='DetachedSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_sha256', models.BinaryField()),
                ('algorithm', models.TextField()),
                ('key_id', models.TextField()),
                ('public_key', models.TextField()),
                ('signature', models.BinaryField()),
                ('signed_at', models.DateTimeField()),
                ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='documents.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('file_sha256', 'algorithm'), name='documents_detached_once')],
            },
        ),
        migrations.CreateModel(
            name='Unstamped',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_at', models.DateTimeField()),
                ('tries', models.IntegerField(default=0)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='documents.document')),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='documents_unstamped_next')],
            },
        ),
    ]
