using MfaGateway.Commands;

return await GatewayCommandLine.RunAsync(args);
