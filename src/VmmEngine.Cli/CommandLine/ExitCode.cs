namespace VmmEngine.Cli.CommandLine;

/// <summary>What the process answers to its shell.</summary>
internal static class ExitCode
{
    /// <summary>Done, and all as it should be.</summary>
    public const int Success = 0;

    /// <summary>Done, and something is not as it should be: a violated rule, a broken copy that nothing noticed, a guest that ended with a status other than 0.</summary>
    public const int Failure = 1;

    /// <summary>The command line asks for something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>A vCPU of the guest shut down with a triple fault.</summary>
    public const int TripleFault = 3;

    /// <summary>The guest was stopped after the exits that it was allowed.</summary>
    public const int ExitLimit = 4;

    /// <summary>The guest did what the engine or its back end cannot carry out.</summary>
    public const int GuestFailed = 5;

    /// <summary>A bug of this program (EX_SOFTWARE of sysexits).</summary>
    public const int Internal = 70;

    /// <summary>The output could not be written (EX_IOERR of sysexits).</summary>
    public const int Unwritable = 74;

    /// <summary>The guest was still running when its time was up (the number that timeout(1) uses).</summary>
    public const int TimedOut = 124;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
