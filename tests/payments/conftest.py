from tests.payments.fixtures import capture, sandbox, settle, subscribed, use
from tests.subscriptions.shops import shop

__all__ = ["capture", "sandbox", "settle", "shop", "subscribed", "use"]
