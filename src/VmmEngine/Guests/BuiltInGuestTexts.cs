namespace VmmEngine.Guests;

/// <summary>What the built-in guest prints.</summary>
internal static class BuiltInGuestTexts
{
    public const string Hello = "Hello from a 64-bit guest: paging is on.\r\n";
    public const string Ticks = "5 timer interrupts came.\r\n";
    public const string WorkedAlone = "1 vCPU did 200 pieces of work.\r\n";
    public const string WorkedTogether = "2 vCPUs handed 200 pieces of work to each other.\r\n";
    public const string Checksum = "Checksum ";
    public const string End = ".\r\n";
}
