namespace VmmEngine.Exploration.Scenarios;

/// <summary>The resource numbers that all scenarios share.</summary>
internal static class Resources
{
    public const int Gate = 0;
    public const int MemoryMap = 1;
    public const int VmList = 2;
    public const int Creation = 3;

    public static int Vcpu(int id) => 8 + id;

    public static int Guest(int id) => 16 + id;
}
