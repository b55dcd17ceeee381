"""花子's order of a subscription, and 花子 on her phone."""

from tests.mypage.subscribers import hanako, order

__all__ = ["hanako", "order"]
