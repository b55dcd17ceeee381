from tests.admin.orders.desk import desk

__all__ = ["desk"]
