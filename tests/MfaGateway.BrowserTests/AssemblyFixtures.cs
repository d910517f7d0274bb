using MfaGateway.BrowserTests.Chrome;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]
