"""The run of a shop's day and its report: opened when something is due, shared by workers, closed when all is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.models import GenerationRun, Order, Subscription, SubscriptionOccurrence, SubscriptionRules
from portal.models.upsert import insert_if_absent
from portal.subscriptions.generation import generating
from portal.subscriptions.generation.due import due, exist, generates, waiting
from portal.subscriptions.generation.generating import CHUNK, Tally
from portal.subscriptions.record import attention, shop_rules
from portal.subscriptions.record.attention import Attention
from portal.values.dates import tokyo_date

SILENT = timedelta(minutes=1)
"""Time without a sign of life after which the workers of a run count as killed."""
SHOWN = 30
"""Most runs of a shop in the list."""


def shops(session: Session) -> Sequence[UUID]:
    """Return the shops whose orders are made here."""
    ours = select(SubscriptionRules.shop_id).where(SubscriptionRules.enabled, SubscriptionRules.generates == "us")
    return session.scalars(ours.order_by(SubscriptionRules.shop_id)).all()


def look_after(session: Session, shop_id: UUID, *, now: datetime) -> bool:
    """Open the day's run if something is due, and close finished runs. Return whether workers are to be sent."""
    if not generates(shop_rules.of_shop(session, shop_id)):
        return False
    day = tokyo_date(now)
    is_due = exist(session, due(shop_id, day))
    if is_due or exist(session, waiting(shop_id, day)):
        _open(session, shop_id, day, now=now)
    close_finished(session, shop_id, now=now)
    if not is_due:
        return False
    run = session.scalars(select(GenerationRun).filter_by(shop_id=shop_id, day=day)).one()
    if run.worked_at is not None and now - run.worked_at < SILENT:
        return False
    # The next call sends other workers only if these stay silent too.
    run.worked_at = now
    return True


def make_chunk(session: Session, shop_id: UUID, *, actor: str, now: datetime, limit: int = CHUNK) -> Tally:
    """Call `generating.make_chunk` and add its result to the day's report.

    If the result has nothing done, nothing is left for this worker.
    """
    day = tokyo_date(now)
    run_id = session.scalar(select(GenerationRun.id).filter_by(shop_id=shop_id, day=day))
    if run_id is None:
        if not (generates(shop_rules.of_shop(session, shop_id)) and exist(session, due(shop_id, day))):
            close_finished(session, shop_id, now=now)
            return Tally()
        run_id = _open(session, shop_id, day, now=now)
    tally = generating.make_chunk(session, shop_id, run_id=run_id, actor=actor, now=now, limit=limit)
    if tally.done:
        # This row comes last, because the workers wait for each other at it.
        session.execute(
            update(GenerationRun)
            .where(GenerationRun.id == run_id)
            .values(
                ordered=GenerationRun.ordered + len(tally.ordered),
                skipped=GenerationRun.skipped + tally.skipped,
                held=GenerationRun.held + tally.held,
                failed=GenerationRun.failed + tally.failed,
                worked_at=now,
            )
            .execution_options(synchronize_session=False)
        )
    else:
        close_finished(session, shop_id, now=now)
    return tally


def close_finished(session: Session, shop_id: UUID, *, now: datetime) -> None:
    """Close the runs of past days, and today's if nothing is due. What another worker has locked counts as due."""
    day = tokyo_date(now)
    open_ones = session.scalars(
        select(GenerationRun).filter_by(shop_id=shop_id, state="running").where(GenerationRun.day <= day)
    ).all()
    for run in open_ones:
        if run.day < day or not exist(session, due(shop_id, day)):
            values = {"state": "done", "finished_at": now, "waiting": _count(session, waiting(shop_id, day))}
            session.execute(
                update(GenerationRun)
                .where(GenerationRun.id == run.id, GenerationRun.state == "running")
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            session.expire(run)


def flag_waiting(session: Session, shop_id: UUID, *, actor: str, now: datetime, limit: int = CHUNK) -> int:
    """Mark late subscriptions that wait for a person, and return how many. An existing reason for attention stays."""
    unmarked = (
        select(Subscription)
        .where(*waiting(shop_id, tokyo_date(now)), Subscription.needs_attention.is_(False))
        .order_by(Subscription.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    subscriptions = session.scalars(unmarked).all() if generates(shop_rules.of_shop(session, shop_id)) else []
    for subscription in subscriptions:
        attention.flag(session, subscription, Attention.LATE, actor=actor, now=now)
    return len(subscriptions)


def _open(session: Session, shop_id: UUID, day: date, *, now: datetime) -> UUID:
    """Open the day's run and return its id.

    A closed run is opened again if more has become due since, because something was resumed, confirmed or put right.
    """
    row = {"shop_id": shop_id, "day": day, "started_at": now, "due": 0, "state": "done"}
    insert_if_absent(session, GenerationRun, row, ["shop_id", "day"])
    query = select(GenerationRun).filter_by(shop_id=shop_id, day=day).with_for_update()
    run = session.scalars(query.execution_options(populate_existing=True)).one()
    run.waiting = _count(session, waiting(shop_id, day))
    if run.state == "done":
        found = _count(session, due(shop_id, day))
        run.due += found
        run.state, run.finished_at = ("running", None) if found else ("done", run.finished_at or now)
        run.worked_at = None if found else run.worked_at
    session.flush()
    return run.id


def _count(session: Session, conditions: tuple[object, ...]) -> int:
    query = select(func.count()).select_from(Subscription).where(*conditions)  # type: ignore[arg-type]
    return session.scalar(query) or 0


# --- the report --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Dealt:
    """Cycle that a run has processed."""

    occurrence: SubscriptionOccurrence
    number: str
    buyer_name: str
    order: Order | None


def of_shop(session: Session, shop_id: UUID, *, limit: int = SHOWN) -> Sequence[GenerationRun]:
    """Return the shop's runs, newest first."""
    newest = select(GenerationRun).filter_by(shop_id=shop_id).order_by(GenerationRun.day.desc())
    return session.scalars(newest.limit(limit)).all()


def report(session: Session, run: GenerationRun, *, after: UUID | None = None, limit: int = 100) -> list[Dealt]:
    """Return a page of processed cycles in their order. `after`: the last occurrence of the page before."""
    query = (
        select(SubscriptionOccurrence, Subscription.number, Subscription.buyer_name, Order)
        .join(Subscription, Subscription.id == SubscriptionOccurrence.subscription_id)
        .outerjoin(Order, Order.id == SubscriptionOccurrence.order_id)
        .where(SubscriptionOccurrence.run_id == run.id)
        .order_by(SubscriptionOccurrence.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(SubscriptionOccurrence.id > after)
    return [Dealt(*row) for row in session.execute(query)]


def failed(session: Session, shop_id: UUID) -> Sequence[Subscription]:
    """Return the subscriptions whose order could not be made, until staff have seen to them."""
    stopped = select(Subscription).where(
        Subscription.shop_id == shop_id,
        Subscription.needs_attention,
        Subscription.attention_reason.in_(sorted(attention.STOPPED)),
    )
    return session.scalars(stopped.order_by(Subscription.created_at, Subscription.id).limit(100)).all()
