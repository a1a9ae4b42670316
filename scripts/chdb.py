"""Runs the SQL statements from stdin in chDB, which is ClickHouse in a library. Columns of an answer are separated by `|`,
as `sqlite3` does, and NULL is empty. The shebang is added where this is installed: scripts/ci-tools."""

import sys

from chdb import session

connection = session.Session()
connection.query("SET format_csv_delimiter = '|', format_csv_null_representation = ''")
for statement in sys.stdin.read().split(";\n"):
    if statement.strip():
        answer = str(connection.query(statement, "CSV"))
        sys.stdout.write(answer.replace('"', ""))
