namespace VmmEngine.Cli.CommandLine;

/// <summary>What the process answers to its shell.</summary>
internal static class ExitCode
{
    /// <summary>Done, and all as it should be.</summary>
    public const int Success = 0;

    /// <summary>Done, and something is not as it should be: a violated rule, a broken copy that nothing noticed.</summary>
    public const int Failure = 1;

    /// <summary>The command line asks for something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>A bug of this program (EX_SOFTWARE of sysexits).</summary>
    public const int Internal = 70;

    /// <summary>The output could not be written (EX_IOERR of sysexits).</summary>
    public const int Unwritable = 74;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
