"""The addresses of the contacts app."""

from django.urls import path

from contacts import views

app_name = "contacts"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.create_person, name="create_person"),
    path("people/deleted/", views.deleted_people, name="deleted_people"),
    path("people/options/", views.person_options, name="person_options"),
    path("people/reach-row/", views.reach_row, name="reach_row"),
    path("people/<int:number>/", views.person, name="person"),
    path("people/<int:number>/edit/", views.change_person, name="change_person"),
    path("people/<int:number>/delete/", views.delete_person, name="delete_person"),
    path("people/<int:number>/bring-back/", views.bring_back_person, name="bring_back_person"),
    path("organizations/", views.organizations, name="organizations"),
    path("organizations/new/", views.create_organization, name="create_organization"),
    path("organizations/deleted/", views.deleted_organizations, name="deleted_organizations"),
    path("organizations/options/", views.organization_options, name="organization_options"),
    path("organizations/<int:number>/", views.organization, name="organization"),
    path("organizations/<int:number>/edit/", views.change_organization, name="change_organization"),
    path(
        "organizations/<int:number>/delete/", views.delete_organization, name="delete_organization"
    ),
    path(
        "organizations/<int:number>/bring-back/",
        views.bring_back_organization,
        name="bring_back_organization",
    ),
]
