from tests.payments.fixtures import capture, sandbox, settle, shop, subscribed, use

__all__ = ["capture", "sandbox", "settle", "shop", "subscribed", "use"]
