// dotnet run -- <key set URL> <issuer> <audience> < assertion
using System.Text.Json;
using VerifyAssertion;

if (args is not [var url, var issuer, var audience, ..])
{
    await Console.Error.WriteLineAsync("Usage: VerifyAssertion <key set URL> <issuer> <audience> [assertion]");
    return 2;
}

var assertion = args is [_, _, _, var argument, ..] ? argument : (await Console.In.ReadToEndAsync()).Trim();

// A program keeps the set for a few minutes, and fetches it again when a new kid turns up.
using var client = new HttpClient();
using var keySet = JsonDocument.Parse(await client.GetStringAsync(new Uri(url)));
try
{
    Console.WriteLine(AssertionVerifier.Verify(assertion, keySet.RootElement, issuer, audience, DateTimeOffset.UtcNow).GetRawText());
    return 0;
}
catch (InvalidDataException refusal)
{
    await Console.Error.WriteLineAsync($"refused: {refusal.Message}");
    return 1;
}
