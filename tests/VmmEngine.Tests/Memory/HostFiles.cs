using System.Globalization;
using VmmEngine.Memory;

namespace VmmEngine.Tests.Memory;

/// <summary>The files that this process has open or mapped, by their inodes, as the kernel lists them. It gives none of guest memory's numbers twice.</summary>
internal static class HostFiles
{
    private const string Inode = "ino:";

    /// <summary>Of all descriptors.</summary>
    public static IEnumerable<string> Open => Directory.GetFiles("/proc/self/fdinfo").Select(InodeOf).OfType<string>();

    /// <summary>Of all mappings.</summary>
    public static IEnumerable<string> Mapped => Mappings().Select(mapping => mapping.Inode);

    /// <summary>Of the mapping at an address.</summary>
    public static string At(Hva address) => Mappings().First(mapping => mapping.Start <= address.Value && address.Value < mapping.End).Inode;

    // Another test may close it at this moment.
    private static string? InodeOf(string descriptor)
    {
        try
        {
            return File.ReadLines(descriptor).FirstOrDefault(line => line.StartsWith(Inode, StringComparison.Ordinal))?[Inode.Length..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    // start-end access offset device inode path
    private static IEnumerable<(ulong Start, ulong End, string Inode)> Mappings() => File.ReadLines("/proc/self/maps").Select(line =>
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] range = fields[0].Split('-');
        return (Number(range[0]), Number(range[1]), fields[4]);
    });

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
