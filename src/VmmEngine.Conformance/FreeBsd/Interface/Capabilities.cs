namespace VmmEngine.Conformance.FreeBsd.Interface;

/// <summary>Capability numbers.</summary>
internal static class Capabilities
{
    public const int HaltExit = 0;
    public const int SingleStep = 1;
    public const int PauseExit = 2;
    public const int UnrestrictedGuest = 3;
    public const int BreakpointExit = 5;
    public const int IpiExit = 8;
    public const int TrapFlag = 10;

    /// <summary>The first number that is none.</summary>
    public const int Last = 11;
}
