"""Why a match is as it is, what would change it, and what that would cost whom.

All of it rests on one step: a change is applied to the part of the problem that it can touch, and
that part is solved again (`neighborhood` → `cutting` → `resolving`). On it stand the `fixes` of one
request, the `shortage` report, `whatif`, the price list of `disruption`, and the `options` of one.
"""
