"""Who may rewrite what somebody said: its author, the manager of the author's team, an admin."""

from accounts.policies import may_write


def may_rewrite(note, user) -> bool:
    """Whether ``user``, who may change the record, may also change or remove ``note`` on it."""
    if not may_write(user):
        return False
    if user.is_admin or note.author_id == user.pk:
        return True
    return user.is_manager and note.author_id in user.team_member_ids
