"""The buyer's pages. All modules with views are imported here, so that the blueprint has their routes."""

import portal.mypage.access.cookies
import portal.mypage.access.login
import portal.mypage.access.not_me
import portal.mypage.access.resend
import portal.mypage.access.second_step
import portal.mypage.access.staff_visit
import portal.mypage.addresses.views
import portal.mypage.cancellation.views
import portal.mypage.cancellation.withdrawal
import portal.mypage.cards.payment_retry
import portal.mypage.cards.registering
import portal.mypage.cards.views
import portal.mypage.changes.views
import portal.mypage.orders.page
import portal.mypage.orders.pictures
import portal.mypage.receipts.files
import portal.mypage.receipts.views
import portal.mypage.requests
import portal.mypage.subscriptions.views
from portal.mypage.blueprint import blueprint

__all__ = ["blueprint"]
