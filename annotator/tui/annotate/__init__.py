"""The annotating screen: keys, panel, footer, and what its dialogs do."""
