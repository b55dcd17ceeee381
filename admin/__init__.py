"""The staff's blueprint: everything under /admin/. A shop's pages stand under /admin/shops/<slug>/.

Each noun has a package whose views import `blueprint`; each view carries a mark of `admin.ground.door` that says whom
it admits.
"""

import admin.audit.views
import admin.exports.views
import admin.imports.mappings
import admin.imports.views
import admin.mails.texts
import admin.mails.views
import admin.orders.access
import admin.orders.bundles
import admin.orders.facts
import admin.orders.money
import admin.orders.moves
import admin.orders.page
import admin.orders.search
import admin.people.account
import admin.people.authenticator
import admin.people.login
import admin.people.login_code
import admin.people.members
import admin.people.passwords
import admin.receipts.given
import admin.receipts.ledger
import admin.receipts.new
import admin.receipts.views
import admin.requests.cancellation
import admin.requests.views
import admin.settings.payments
import admin.settings.pictures
import admin.settings.preview
import admin.settings.taught_words
import admin.settings.tax
import admin.settings.views
import admin.subscription_settings.categories
import admin.subscription_settings.closed_days
import admin.subscription_settings.fields
import admin.subscription_settings.labels
import admin.subscription_settings.offered_items
import admin.subscription_settings.reasons
import admin.subscription_settings.views
import admin.subscriptions.cards
import admin.subscriptions.changes
import admin.subscriptions.exports
import admin.subscriptions.late
import admin.subscriptions.marks
import admin.subscriptions.moves
import admin.subscriptions.page
import admin.subscriptions.runs
import admin.subscriptions.search
import admin.today.shops
import admin.today.today
from admin.blueprint import blueprint

__all__ = ["blueprint"]
