import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_drafts_and_visits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('piece', models.IntegerField()),
                ('material', models.TextField()),
                ('pages', models.JSONField(default=list)),
                ('version', models.IntegerField(default=0)),
                ('touched_at', models.DateTimeField()),
                ('made', models.TextField(default='')),
                ('visit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='intake.countervisit')),
            ],
            options={
                'indexes': [models.Index(fields=['visit', 'piece', 'material'], name='intake_sheet_row'), models.Index(fields=['touched_at'], name='intake_sheet_touched')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('made', '')), fields=('visit', 'piece', 'material'), name='intake_sheet_open')],
            },
        ),
    ]
