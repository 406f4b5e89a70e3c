"""The addresses of the activities app."""

from django.urls import path

from activities.views import acts, news, notes, planning_many, table, timeline

app_name = "activities"

urlpatterns = [
    path("activities/", table.show_list, name="list"),
    path("activities/plan/", acts.plan, name="plan"),
    path("activities/plan-many/leads/", planning_many.plan_many, {"of": "leads"}, name="plan_many"),
    path("activities/plan-many/deals/", planning_many.plan_many, {"of": "deals"}, name="plan_many"),
    path("activities/<int:pk>/change/", acts.change, name="change"),
    path("activities/<int:pk>/complete/", acts.complete, name="complete"),
    path("activities/<int:pk>/reopen/", acts.reopen, name="reopen"),
    path("activities/<int:pk>/remove/", acts.remove, name="remove"),
    path("news/", news.show_news, name="news"),
    path("news/looked/", news.looked, name="looked"),
    path("notes/write/", notes.write_note, name="write_note"),
    path("notes/<int:pk>/change/", notes.change_note, name="change_note"),
    path("notes/<int:pk>/remove/", notes.remove_note, name="remove_note"),
    path("notes/<int:pk>/pin/", notes.pin_note, name="pin_note"),
    path("timeline/<str:kind>/<int:pk>/", timeline.show_timeline, name="timeline"),
]
