"""Addresses of the people."""

from django.urls import path

from guapeng.kernel.people.views import accounts, looking, me, policy

app_name = "people"

urlpatterns = [
    path("me/", me.me, name="me"),
    path("me/looked/", me.looked, name="looked"),
    path("me/consents/", me.consent, name="consent"),
    path("me/copy/", me.copy, name="copy"),
    path("people/", looking.find, name="find"),
    path("people/<int:pk>/", looking.look, name="look"),
    path("people/lookups/", looking.lookups, name="lookups"),
    path("people/policy/", policy.policy, name="policy"),
    path("people/accounts/", accounts.accounts, name="accounts"),
    path("people/accounts/new/", accounts.new, name="account_new"),
    path("people/accounts/<int:pk>/", accounts.account, name="account"),
    path("people/accounts/<int:pk>/renew/", accounts.renew, name="account_renew"),
    path("people/accounts/<int:pk>/close/", accounts.close, name="account_close"),
    path("people/accounts/<int:pk>/posts/", accounts.give_post, name="give_post"),
    path("people/posts/<int:pk>/end/", accounts.end_post, name="end_post"),
]
