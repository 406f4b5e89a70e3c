"""Projects have fields of a company, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custom_fields", "0020_fields_of_products"),
    ]

    operations = [
        migrations.AlterField(
            model_name="field",
            name="of",
            field=models.CharField(
                choices=[
                    ("opportunity", "Leads and deals"),
                    ("person", "People"),
                    ("organization", "Organizations"),
                    ("product", "Products"),
                    ("project", "Projects"),
                ],
                max_length=12,
                verbose_name="of",
            ),
        ),
    ]
