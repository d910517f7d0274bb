using MfaGateway.TestKit;
using MfaGateway.TestKit.Mail;

namespace MfaGateway.FunctionalTests.Mail;

/// <summary>Where a gateway's mail goes, whichever way: a pickup directory or a real mail server.</summary>
internal sealed class PostOffice : IAsyncDisposable
{
    private readonly MailServer? _server;

    private PostOffice(MailServer? server) => _server = server;

    public static async Task<PostOffice> OpenAsync(bool smtp) => new(smtp ? await MailServer.StartAsync(wantsSignIn: false) : null);

    public void Configure(GatewaySetup setup)
    {
        if (_server is null)
            return;
        setup.With("MfaGateway:Mail:Provider", "Smtp").With("MfaGateway:Mail:Smtp:Host", "localhost")
            .With("MfaGateway:Mail:Smtp:Port", $"{_server.Port}").With("MfaGateway:Mail:Smtp:Security", "None");
    }

    public Task<ReceivedMail> NextAsync(GatewayUnderTest gateway) => _server is null ? gateway.Mail.NextAsync() : _server.NextMailAsync();

    public async Task<IReadOnlyList<ReceivedMail>> AllAsync(GatewayUnderTest gateway) =>
        _server is null ? gateway.Mail.All() : await _server.MailsAsync();

    /// <summary>By the envelope, where there is one.</summary>
    public async Task<IReadOnlyList<string>> RecipientsAsync(GatewayUnderTest gateway) =>
        _server is null ? [.. gateway.Mail.All().Select(mail => mail.ToAddress)] : await _server.RecipientsAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
