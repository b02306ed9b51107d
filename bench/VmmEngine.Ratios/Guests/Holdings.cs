using System.Globalization;

namespace VmmEngine.Ratios.Guests;

/// <summary>What the process has from the host.</summary>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Mappings">Pieces of address space.</param>
/// <param name="Megabytes">Memory of its own, in MiB.</param>
internal readonly record struct Holdings(int Handles, int Mappings, double Megabytes)
{
    private const string Memory = "RssAnon:";

    /// <summary>At this moment, without what is garbage already.</summary>
    public static Holdings Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string memory = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Memory, StringComparison.Ordinal));
        double kilobytes = double.Parse(memory[Memory.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return new Holdings(Directory.GetFiles("/proc/self/fd").Length, File.ReadLines("/proc/self/maps").Count(), kilobytes / 1024);
    }

    /// <summary>Whether there is more of anything.</summary>
    public bool Exceeds(Holdings other) => Handles > other.Handles || Mappings > other.Mappings || Megabytes > other.Megabytes;

    public static Holdings operator -(Holdings left, Holdings right) =>
        new(left.Handles - right.Handles, left.Mappings - right.Mappings, left.Megabytes - right.Megabytes);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Handles} handles, {Mappings} mappings and {Megabytes:F1} MiB");
}
