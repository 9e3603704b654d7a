"""Write db/schema.sql: the whole schema as SQL, as the migrations leave it."""

from pathlib import Path

from annotator.store import Store
from annotator.store.database import schema_sql

TARGET = Path(__file__).resolve().parent.parent / "db" / "schema.sql"

if __name__ == "__main__":
    with Store.create(":memory:") as store:
        TARGET.write_text(schema_sql(store.conn), encoding="utf-8")
