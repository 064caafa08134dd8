"""Templates that organs lay over the shipped ones."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_signatures'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.SmallIntegerField()),
                ('kind', models.TextField()),
                ('organ_id', models.BigIntegerField(null=True)),
                ('base', models.SmallIntegerField()),
                ('source', models.TextField()),
                ('head', models.TextField()),
                ('foot', models.TextField()),
                ('contact', models.TextField()),
                ('in_force_on', models.DateField()),
                ('laid_by', models.TextField()),
                ('laid_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('number',), name='documents_template_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1000)), name='documents_template_number')],
            },
        ),
    ]
