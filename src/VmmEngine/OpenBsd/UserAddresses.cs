using System.Runtime.InteropServices;

namespace VmmEngine.OpenBsd;

/// <summary>Where a client's memory may lie.</summary>
/// <param name="Minimum">The lowest address, in bytes.</param>
/// <param name="Maximum">The first address beyond, in bytes. As upstream, a range must end before it, not at it.</param>
public readonly record struct UserAddresses(ulong Minimum, ulong Maximum)
{
    private const ulong PageSize = 4096;

    /// <summary>
    /// This host's. Not OpenBSD's: Linux hands out addresses above OpenBSD's maximum, and refusing them would refuse valid memory.
    /// </summary>
    public static UserAddresses OfThisHost { get; } = new(
        PageSize,
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? (1UL << 47) - PageSize : 1UL << 48);
}
