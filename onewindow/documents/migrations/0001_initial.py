"""The tables of documents and the sequence of paper numbers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '0001_initial'),
    ]

    operations = [
        # Numbers of papers: taken in blocks, gaps are possible (see HOUSE.md).
        migrations.RunSQL("CREATE SEQUENCE documents_serial", "DROP SEQUENCE documents_serial"),
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_id', models.TextField()),
                ('sha256', models.BinaryField()),
                ('name_sealed', models.BinaryField()),
                ('media_type', models.TextField()),
                ('size', models.BigIntegerField()),
                ('pages', models.IntegerField(default=1)),
                ('uploaded_at', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='base.account')),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_no', models.TextField()),
                ('kind', models.TextField()),
                ('title', models.TextField()),
                ('case_no', models.TextField()),
                ('subject', models.BigIntegerField()),
                ('fact_seq', models.IntegerField()),
                ('organ_id', models.BigIntegerField()),
                ('code', models.TextField()),
                ('content', models.BinaryField(null=True)),
                ('digest', models.BinaryField()),
                ('template_version', models.SmallIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('file_sha256', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('file', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='documents.file')),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.TextField()),
                ('file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='documents.file')),
            ],
        ),
        migrations.AddConstraint(
            model_name='file',
            constraint=models.UniqueConstraint(fields=('file_id',), name='documents_file_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('document_no',), name='documents_document_once'),
        ),
        migrations.AddConstraint(
            model_name='file',
            constraint=models.CheckConstraint(condition=models.Q(('media_type__in', ['application/pdf', 'image/jpeg', 'image/png'])), name='documents_file_media'),
        ),
        migrations.AddConstraint(
            model_name='file',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='documents_file_size'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['case_no'], name='documents_document_case'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('file_sha256__isnull', True), ('made_at__isnull', True)), models.Q(('file__isnull', False), ('file_sha256__isnull', False), ('made_at__isnull', False)), _connector='OR'), name='documents_document_made'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['subject'], name='documents_attachment_subject'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('file', 'subject'), name='documents_attachment_once'),
        ),
    ]
