from settings_modules.organizations.api.memberships import (
    MembershipRecordSerializer,
    MembershipSerializer,
)


def test_serializers_of_one_class_have_fields_of_their_own():
    one, other = MembershipSerializer(), MembershipSerializer()
    one.fields["organization"].required = False
    assert other.fields["organization"].required
    assert one.fields["organization"].parent is one
    assert other.fields["organization"].parent is other


def test_a_derived_class_has_its_own_fields():
    assert not MembershipSerializer().fields["organization"].read_only
    assert MembershipRecordSerializer().fields["organization"].read_only
