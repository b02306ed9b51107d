namespace VmmEngine.Guests.Platform;

/// <summary>Messages that a front end's device sends.</summary>
internal static class MessageSteps
{
    private const int LowestPriority = 1 << 8;
    private const int LogicalDestination = 3 << 12;
    private const int DestinationShift = 14;
    private const int SystemManagement = 2 << 8;

    public static void Write(PlatformProgram p)
    {
        p.Device("MSI");
        p.Command(PlatformCommand.SendMessage, 0x74);
        p.Expect("to the id", 0x74);
        p.Command(PlatformCommand.SendMessage, LogicalDestination | (1 << DestinationShift) | 0x75);
        p.Expect("to the logical id", 0x75);
        p.Command(PlatformCommand.SendMessage, LowestPriority | 0x76);
        p.Expect("to the least urgent", 0x76);
        p.Command(PlatformCommand.SendMessage, (0xFF << DestinationShift) | 0x77);
        p.Expect("to everybody", 0x77);
        p.Command(PlatformCommand.SendMessage, (9 << DestinationShift) | 0x78);
        p.ExpectNothing("to an id that nobody has");
        p.Command(PlatformCommand.SendMessage, SystemManagement | 0x79);
        p.ExpectNothing("in a mode that messages do not have");
    }
}
