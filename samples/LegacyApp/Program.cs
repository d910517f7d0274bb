using LegacyApp;

await using var app = TimeSheets.Build(args.Length > 0 ? args[0] : "http://127.0.0.1:5090");
await app.RunAsync();
