"""Keys of the installation, made by the first migration."""

import psycopg


def installation_key(dsn: str, name: str) -> bytes:
    """A 32-byte key by name (`identifier_hmac`, `session_hmac`).

    Raises:
        LookupError: the database was not migrated, or the key was lost.
    """
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT value FROM touchline_keys.installation WHERE name = %s", (name,)
        ).fetchone()
    if row is None:
        message = f"the installation has no key {name!r}: restore touchline_keys"
        raise LookupError(message)
    return bytes(row[0])
