from tests.subscriptions.shops import shop

__all__ = ["shop"]
