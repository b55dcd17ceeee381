"""Order of the roles: what each allows."""

from portal.values.roles import Role

_RANKS = {role: rank for rank, role in enumerate((Role.VIEWER, Role.OPERATOR, Role.MANAGER))}


def allows(role: Role, needed: Role) -> bool:
    return _RANKS[role] >= _RANKS[needed]
