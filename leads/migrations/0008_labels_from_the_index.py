"""Which leads have a label is told by an index alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_gather_what_one_sees")]

    operations = [
        # On a table that Django makes by itself, so no model can ask for it.
        migrations.RunSQL(
            "CREATE INDEX IF NOT EXISTS leads_label_lead ON leads_lead_labels (label_id, lead_id)",
            "DROP INDEX leads_label_lead",
        )
    ]
