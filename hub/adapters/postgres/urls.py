"""Addresses of the database in the forms that libraries want."""


def sqlalchemy_url(dsn: str) -> str:
    """The SQLAlchemy URL (psycopg driver) of a libpq URL."""
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1).replace(
        "postgres://", "postgresql+psycopg://", 1
    )
