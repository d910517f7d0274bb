using MfaGateway.Core.Auditing;
using Xunit;

namespace MfaGateway.Core.Tests.Auditing;

public sealed class AuditChainTests
{
    private static readonly AuditChain Chain = new([.. Enumerable.Range(0, AuditChain.KeySize).Select(number => (byte)number)], unchainedTo: 0);

    private static readonly AuditEntry Entry = new(
        DateTimeOffset.FromUnixTimeMilliseconds(1_772_452_800_250), AuditEvents.FactorChecked, "ada's id", null, "2001:db8::7", false, "Totp: wröng");

    // Computed with Python's hmac and struct from the words of AuditEncoding. Another value would break every store's chain.
    [Fact]
    public void Codes_are_those_that_stores_hold()
    {
        var mac = Chain.Mac(AuditChain.NoMac, new RecordedAuditEntry(1, Entry));
        var head = Chain.Seal(new AuditHead(1, AuditChain.NoMac, 1, mac, Seal: null));

        Assert.Equal("3aabf871d43b4a761784180b5cb29ae489dcef33a7a1599185cc2986368d9d0a", Convert.ToHexStringLower(mac));
        Assert.Equal("24847830870ac0f6c9483c2fed2520fc80e96cecd03386b2be0ae34bdc9c8e4d", Convert.ToHexStringLower(head.Seal!));
        Assert.True(Chain.IsAuthentic(head));
    }

    public static TheoryData<string, AuditEntry> Others => new()
    {
        { "a later millisecond", Entry with { At = Entry.At.AddMilliseconds(1) } },
        { "another event", Entry with { Event = AuditEvents.FlowEnded } },
        { "nobody", Entry with { AccountId = null } },
        { "an empty actor instead of none", Entry with { Actor = "" } },
        { "a text that moved to the field before", Entry with { AccountId = "ada's", Actor = " id" } },
        { "two fields in each other's place", Entry with { AccountId = Entry.ClientAddress, ClientAddress = Entry.AccountId } },
        { "a text that moved to the field after", Entry with { AccountId = null, Actor = "ada's id" } },
        { "success", Entry with { Succeeded = true } },
        { "other letters", Entry with { Detail = "Totp: wrong" } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void No_other_entry_has_the_same_code(string what, AuditEntry other)
    {
        var mac = Chain.Mac(AuditChain.NoMac, new RecordedAuditEntry(1, Entry));

        Assert.False(Chain.Fits(AuditChain.NoMac, new RecordedAuditEntry(1, other), mac), what);
    }

    [Fact]
    public void The_code_depends_on_the_place_and_on_what_is_before()
    {
        var mac = Chain.Mac(AuditChain.NoMac, new RecordedAuditEntry(1, Entry));

        Assert.True(Chain.Fits(AuditChain.NoMac, new RecordedAuditEntry(1, Entry), mac));
        Assert.False(Chain.Fits(AuditChain.NoMac, new RecordedAuditEntry(2, Entry), mac));
        Assert.False(Chain.Fits(mac, new RecordedAuditEntry(1, Entry), mac));
        Assert.False(Chain.Fits(AuditChain.NoMac, new RecordedAuditEntry(1, Entry), mac[..31]));
    }
}
