using System.Reflection;
using MfaGateway.Core.Auditing;
using Xunit;

namespace MfaGateway.Core.Tests.Auditing;

public sealed class AuditSentencesTests
{
    [Fact]
    public void Every_event_has_a_sentence_of_its_own()
    {
        var events = typeof(AuditEvents).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(events.Order(StringComparer.Ordinal), AuditSentences.Events.Order(StringComparer.Ordinal));
        Assert.All(AuditSentences.Events, name =>
        {
            var sentence = AuditSentences.Describe(Entry(name, succeeded: true, detail: null));
            Assert.DoesNotContain(name, sentence, StringComparison.Ordinal);
            Assert.True(char.IsUpper(sentence[0]) && !sentence.EndsWith('.'), sentence);
        });
    }

    [Theory]
    [InlineData("session.started", true, "two-factor", "Signed in with a second factor")]
    [InlineData("session.started", true, "one-factor", "Signed in")]
    [InlineData("session.ended", true, "all: 3", "Signed out everywhere")]
    [InlineData("session.ended", true, "signed out", "Signed out")]
    [InlineData("factor.checked", true, "Password", "Gave the right password")]
    [InlineData("factor.checked", false, "Password: wrong", "Gave a wrong password")]
    [InlineData("factor.checked", false, "Totp: already used", "Gave a code of the authenticator that did not count: already used")]
    [InlineData("factor.checked", false, "RecoveryCode: no attempt left", "Gave a recovery code that did not count: no attempt left")]
    [InlineData("factor.checked", false, "EnrollmentCode: wrong", "Gave a wrong code for a new authenticator")]
    [InlineData("second-factor.reset", true, "phone lost", "Second factor reset: phone lost")]
    [InlineData("account.edited", true, "address", "Account edited: address")]
    [InlineData("account.disabled", false, null, "Refused: Account disabled")]
    [InlineData("audit.trimmed", true, "entries 1 to 4", "Deleted old audit entries (entries 1 to 4)")]
    [InlineData("of.a.newer.version", true, null, "of.a.newer.version")]
    public void An_entry_reads_as_what_happened(string name, bool succeeded, string? detail, string sentence) =>
        Assert.Equal(sentence, AuditSentences.Describe(Entry(name, succeeded, detail)));

    private static AuditEntry Entry(string name, bool succeeded, string? detail) =>
        new(DateTimeOffset.UnixEpoch, name, "ada's id", "ada's id", "192.0.2.7", succeeded, detail);
}
