using VmmEngine.Devices;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <summary>What a process may map of a file, by what it has opened it for.</summary>
internal static class HostAccess
{
    /// <summary>True if a shared mapping with a protection can be made through a descriptor of a mode.</summary>
    public static bool IsAllowed(MemoryProtection protection, OpenMode mode) =>
        (mode & OpenMode.Read) != 0 && ((protection & MemoryProtection.Write) == 0 || (mode & OpenMode.Write) != 0);
}
