using System.Diagnostics.CodeAnalysis;
using VmmEngine.Devices;

namespace VmmEngine.Native.Files;

/// <summary>Which descriptors are devices. Looking one up takes no lock; everything else takes <see cref="Changes"/>.</summary>
/// <remarks>
/// A descriptor that the table does not know is looked up by its file once. One that was closed behind the library's back and given out again
/// is forgotten when <see cref="CloseWatch"/> hears of it, or when it is opened here again.
/// </remarks>
internal static class FileTable
{
    private static readonly Dictionary<(ulong Device, ulong Inode), OpenFile> Files = [];
    private static OpenFile?[] _descriptors = new OpenFile?[64];

    /// <summary>Held by whoever opens, and by whoever takes note of a close.</summary>
    public static Lock Changes { get; } = new();

    /// <summary>The open files. <see cref="Changes"/> is held.</summary>
    public static IEnumerable<OpenFile> All => Files.Values;

    /// <summary>The device behind a descriptor; null if it is not known to be one.</summary>
    public static OpenFile? At(int descriptor)
    {
        OpenFile?[] descriptors = _descriptors;
        return (uint)descriptor < (uint)descriptors.Length ? descriptors[descriptor] : null;
    }

    /// <summary>The device behind a descriptor that <see cref="At"/> does not know: a duplicate.</summary>
    public static bool TryResolve(int descriptor, (ulong Device, ulong Inode) identity, [NotNullWhen(true)] out OpenFile? file)
    {
        lock (Changes)
        {
            if (!Files.TryGetValue(identity, out file))
            {
                return false;
            }

            Know(descriptor, file);
            return true;
        }
    }

    /// <summary>The file of an identity, if it is open. <see cref="Changes"/> is held.</summary>
    public static OpenFile? Find((ulong Device, ulong Inode) identity) => Files.GetValueOrDefault(identity);

    /// <summary>The file that a watch is for. <see cref="Changes"/> is held.</summary>
    public static OpenFile? FindWatched(int watch)
    {
        foreach (OpenFile file in Files.Values)
        {
            if (file.Watch == watch)
            {
                return file;
            }
        }

        return null;
    }

    /// <summary>Adds a file under its first descriptor. <see cref="Changes"/> is held.</summary>
    public static void Add(int descriptor, OpenFile file)
    {
        Files[file.Identity] = file;
        Know(descriptor, file);
    }

    /// <summary>Adds a descriptor of a file. <see cref="Changes"/> is held.</summary>
    public static void Know(int descriptor, OpenFile file)
    {
        if (descriptor >= _descriptors.Length)
        {
            OpenFile?[] grown = new OpenFile?[int.Max(descriptor + 1, 2 * _descriptors.Length)];
            _descriptors.CopyTo(grown, 0);
            Volatile.Write(ref _descriptors, grown);
        }

        _descriptors[descriptor] = file;
        LibC.MarkKnown(descriptor, 1);
    }

    /// <summary>Forgets a descriptor that is about to be closed.</summary>
    public static void Forget(int descriptor)
    {
        lock (Changes)
        {
            if (At(descriptor) is not null)
            {
                Drop(descriptor);
            }
        }
    }

    /// <summary>Forgets a file with all its descriptors. <see cref="Changes"/> is held.</summary>
    public static void Remove(OpenFile file)
    {
        Files.Remove(file.Identity);
        for (int descriptor = 0; descriptor < _descriptors.Length; descriptor++)
        {
            if (_descriptors[descriptor] == file)
            {
                Drop(descriptor);
            }
        }
    }

    /// <summary>Forgets the descriptors of a file that are none of it any more. <see cref="Changes"/> is held.</summary>
    public static void Recheck(OpenFile file)
    {
        for (int descriptor = 0; descriptor < _descriptors.Length; descriptor++)
        {
            if (_descriptors[descriptor] == file && (!LibC.TryIdentify(descriptor, out (ulong, ulong) identity) || identity != file.Identity))
            {
                Drop(descriptor);
            }
        }
    }

    private static void Drop(int descriptor)
    {
        _descriptors[descriptor] = null;
        LibC.MarkKnown(descriptor, 0);
    }
}
