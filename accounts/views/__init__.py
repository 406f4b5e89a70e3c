"""The pages of the accounts app: one's own profile, users, teams."""
