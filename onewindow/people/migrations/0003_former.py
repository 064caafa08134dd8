import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_consents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Former',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_hash', models.BinaryField(db_index=True)),
                ('id_type', models.TextField()),
                ('name_sealed', models.BinaryField()),
                ('id_number_sealed', models.BinaryField()),
                ('is_number_changed', models.BooleanField()),
                ('until_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former', to='people.naturalperson')),
            ],
        ),
    ]
