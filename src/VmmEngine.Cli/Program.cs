using VmmEngine.Cli.CommandLine;

return VmmCommand.Run(args, Terminal.ForProcess());
