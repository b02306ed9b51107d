using VmmEngine.Guests.Running;
using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Guests.Programs;

/// <summary>A guest with one property that a back end must have.</summary>
/// <param name="Name">The property.</param>
/// <param name="Image">A file: ELF for <see cref="GuestFormat.Kernel"/>, otherwise code for <see cref="Address"/>.</param>
/// <param name="Format">How it is loaded.</param>
/// <param name="Ends">How it may end: back ends differ in what they say of a guest that has lost its way.</param>
/// <param name="Status">What it writes to the exit port.</param>
/// <param name="Console">What it prints.</param>
public sealed record TestGuest(string Name, byte[] Image, GuestFormat Format, GuestEnd[] Ends, uint Status = 0, string Console = "")
{
    /// <summary>Where code begins that is no ELF file.</summary>
    public const uint Address = 0x10_0000;

    /// <summary>What multiboot guests are told.</summary>
    public const string CommandLine = "a b";

    /// <summary>Loads it.</summary>
    public EntryState Load(LoadTarget target) => Format switch
    {
        GuestFormat.Kernel => KernelLoader.Load(Image, CommandLine, target),
        _ => FlatLoader.Load(Image, new Gpa(Address), EntryMode.Long, target),
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How a test guest is loaded.</summary>
public enum GuestFormat
{
    /// <summary>Code that begins in 64-bit mode.</summary>
    Flat64,

    /// <summary>An ELF file, perhaps with a multiboot header.</summary>
    Kernel,
}
