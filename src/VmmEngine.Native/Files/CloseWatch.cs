using System.Buffers.Binary;
using System.Text;
using VmmEngine.FreeBsd;

namespace VmmEngine.Native.Files;

/// <summary>
/// Hears of the last close of an open file, whoever made it: close(2), dup2(2), a child that ends. The kernel's file notification tells, for
/// each open file description once. Any thread.
/// </summary>
/// <remarks>Where there is none to be had, files end by vmm_close alone.</remarks>
internal static unsafe class CloseWatch
{
    private const int EventHeader = 16;
    private const int BufferLength = 64 * EventHeader;

    private static readonly Lazy<int> Watcher = new(LibC.StartWatching);

    // Held while files end, so that who closed one returns when it has ended, also if another thread has heard of it first. Taken before FileTable.Changes.
    private static readonly Lock Ending = new();

    // The client has closed what is not its own, for good: another file's by now, or soon. Guarded by FileTable.Changes.
    private static volatile bool _isLost;

    /// <summary>Readable when there is something to <see cref="Drain"/>; -1 if there is none.</summary>
    public static int Descriptor => _isLost ? -1 : Watcher.Value;

    /// <summary>Watches a file. A watch keeps the file, and so its memory, until it is removed.</summary>
    public static void Add(OpenFile file, int descriptor)
    {
        fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0"))
        {
            file.Watch = LibC.AddWatch(Descriptor, path, LibC.WatchCloses);
        }
    }

    /// <summary>Closes the devices whose files nobody has open any more, and returns when what ends with them has ended.</summary>
    public static void Drain()
    {
        byte* buffer = stackalloc byte[BufferLength];
        lock (Ending)
        {
            List<OpenFile> ended = [];
            lock (FileTable.Changes)
            {
                _isLost |= !LibC.IsWatcher(Watcher.Value);
                nint length;
                while (!_isLost && (length = LibC.Read(Watcher.Value, buffer, BufferLength)) > 0)
                {
                    Take(new ReadOnlySpan<byte>(buffer, (int)length), ended);
                }
            }

            Close(ended);
        }
    }

    /// <summary>
    /// Ends files that no descriptor of this process is one of, without having heard of their last close: there is no watch, or the client has the VM's memory
    /// still mapped, which keeps the open file.
    /// </summary>
    public static void EndUnheard()
    {
        lock (Ending)
        {
            List<OpenFile> ended;
            lock (FileTable.Changes)
            {
                ended = [.. FileTable.All.Where(IsUnheard)];
                ended.ForEach(Remove);
            }

            Close(ended);
        }
    }

    // Without FileTable.Changes: a VM that ends waits for the threads inside it.
    private static void Close(List<OpenFile> ended)
    {
        foreach (OpenFile file in ended)
        {
            file.Handle.Close();
        }
    }

    private static bool IsUnheard(OpenFile file) =>
        (file.Watch < 0 || _isLost || file.Handle is VmHandle)
        && !file.IsOpen;

    // A watched file is no directory, so that events carry no names.
    private static void Take(ReadOnlySpan<byte> events, List<OpenFile> ended)
    {
        for (; events.Length >= EventHeader; events = events[EventHeader..])
        {
            if (FileTable.FindWatched(BinaryPrimitives.ReadInt32LittleEndian(events)) is not { } file)
            {
                continue; // of a file that has ended, whose watch said goodbye
            }

            if (file.IsOpen)
            {
                FileTable.Recheck(file);
                continue;
            }

            Remove(file);
            ended.Add(file);
        }
    }

    private static void Remove(OpenFile file)
    {
        FileTable.Remove(file);
        if (file.Watch >= 0)
        {
            _ = LibC.RemoveWatch(Descriptor, file.Watch);
        }
    }
}
