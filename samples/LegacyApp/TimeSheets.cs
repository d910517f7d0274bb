using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace LegacyApp;

/// <summary>
/// A time-sheet app as it might have been written in 2009. It has no sign-in of its own and knows nothing of two-factor
/// authentication: it reads the header Remote-User, and that is all it does about people.
/// </summary>
public static class TimeSheets
{
    public static WebApplication Build(string url)
    {
        // No settings from around: where this app listens is its caller's to say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(url);
        builder.Services.AddRoutingCore();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        var hours = new ConcurrentDictionary<string, int>();

        app.UseWebSockets();
        app.MapGet("/", (HttpRequest request) => Overview(request, hours));
        app.MapPost("/hours", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            if (int.TryParse(form["hours"], out var worked) && worked is >= 1 and <= 24)
                hours.AddOrUpdate(UserOf(request), worked, (_, before) => before + worked);
            return Results.Redirect("/");
        });
        app.MapGet("/about", () => Page("About", "<p>This page is public: its route says <code>Anonymous</code>.</p><p><a href=\"/\">Back to the time sheet</a></p>"));
        app.MapGet("/headers", (HttpRequest request) => Page("What the gateway told this app", HeaderTable(request)));
        app.Map("/clock", SendTimeAsync);
        return app;
    }

    private static IResult Overview(HttpRequest request, ConcurrentDictionary<string, int> hours)
    {
        var user = UserOf(request);
        return Page("Time sheet", $"""
            <p>Hello, <b id="user">{Encode(user)}</b>. You have booked <b>{hours.GetValueOrDefault(user)}</b> hours.</p>
            <form method="post" action="/hours"><input name="hours" value="8" size="3"> <input type="submit" value="Book hours"></form>
            <p><a href="/headers">What did the gateway tell this app?</a> | <a href="/about">About</a> | <a href="/_mfa/account">Your account</a> | <a href="/_mfa/sign-out">Sign out</a></p>
            """);
    }

    private static string HeaderTable(HttpRequest request)
    {
        var rows = request.Headers
            .Where(header => header.Key.StartsWith("Remote-", StringComparison.OrdinalIgnoreCase) || header.Key.StartsWith("X-Mfa-", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"<tr><td>{Encode(header.Key)}</td><td style=\"word-break:break-all\"><tt>{Encode(header.Value.ToString())}</tt></td></tr>");
        return $"<table border=\"1\" cellpadding=\"4\">{string.Concat(rows)}</table><p><a href=\"/\">Back to the time sheet</a></p>";
    }

    private static async Task SendTimeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (socket.State == WebSocketState.Open && await timer.WaitForNextTickAsync(context.RequestAborted))
        {
            var now = Encoding.ASCII.GetBytes(DateTime.Now.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
            await socket.SendAsync(now, WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
        }
    }

    private static IResult Page(string title, string body) => Results.Content(
        $"<html><head><title>{title}</title></head><body bgcolor=\"#eeeeee\"><h2>{title}</h2><hr>{body}<hr><small>TimeSheets 1.2 (2009)</small></body></html>",
        "text/html", Encoding.UTF8);

    private static string UserOf(HttpRequest request) => request.Headers["Remote-User"].ToString() is { Length: > 0 } user ? user : "nobody";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
