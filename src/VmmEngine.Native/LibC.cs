using System.Runtime.InteropServices;
using System.Text;

namespace VmmEngine.Native;

/// <summary>The system calls that descriptors take, and what the C part offers. Bound when the library is linked.</summary>
internal static unsafe partial class LibC
{
    public const int AccessModes = 3;
    public const int CloseOnExec = 0x80000;
    public const uint WatchCloses = 0x08 | 0x10; // written to, and not
    private const int NonBlocking = 0x800;
    private const int SetDescriptorFlags = 2;
    private const int GetStatusFlags = 3;
    private const uint MemoryCloseOnExec = 1;

    /// <summary>The calling thread's error.</summary>
    public static int Error => *ErrorLocation();

    /// <summary>Makes an empty anonymous file that stands for a device without memory.</summary>
    /// <returns>The descriptor; -1 with <see cref="Error"/>.</returns>
    public static int CreateFile(ReadOnlySpan<byte> nameWithNul)
    {
        fixed (byte* name = nameWithNul)
        {
            return MemoryFileCreate(name, MemoryCloseOnExec);
        }
    }

    /// <summary>Lets children that call exec inherit a descriptor.</summary>
    public static void Inherit(int descriptor) => _ = FileControl(descriptor, SetDescriptorFlags, 0);

    /// <summary>Which file a descriptor is one of.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryIdentify(int descriptor, out (ulong Device, ulong Inode) identity)
    {
        FileStatus status;
        bool found = Status(descriptor, &status) == 0;
        identity = found ? (status.Device, status.Inode) : default;
        return found;
    }

    /// <summary>Starts to watch files; reads do not wait.</summary>
    public static int StartWatching() => NotifyInit(NonBlocking | CloseOnExec);

    /// <summary>Whether a descriptor is one of <see cref="StartWatching"/>, and not of a file that has got its number since.</summary>
    public static bool IsWatcher(int descriptor)
    {
        ReadOnlySpan<byte> name = "anon_inode:inotify"u8;
        byte* found = stackalloc byte[name.Length + 1];
        fixed (byte* path = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}\0"))
        {
            nint length = ReadLink(path, found, (nuint)name.Length + 1);
            return length == name.Length && name.SequenceEqual(new ReadOnlySpan<byte>(found, name.Length))
                && (FileControl(descriptor, GetStatusFlags, 0) & NonBlocking) != 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "open")]
    public static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read")]
    public static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch")]
    public static partial int AddWatch(int watcher, byte* path, uint events);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    public static partial int RemoveWatch(int watcher, int watch);

    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial uint RealUser();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>1 if a range is memory that stays mapped as long as the calling thread is in the library. Touches nothing.</summary>
    [LibraryImport("vmmengine-c", EntryPoint = "vmm_stays_mapped")]
    [SuppressGCTransition]
    public static partial int StaysMapped(void* address, nuint size);

    /// <summary>The calling thread begins a run, which a signal's handler ends by a bit of the requests and, unless it is null, the byte.</summary>
    [LibraryImport("vmmengine-c", EntryPoint = "vmm_run_begins")]
    [SuppressGCTransition]
    public static partial void RunBegins(uint* requests, byte* leave);

    /// <summary>It has ended: what was posted for it and not taken is taken back.</summary>
    [LibraryImport("vmmengine-c", EntryPoint = "vmm_run_ends")]
    [SuppressGCTransition]
    public static partial void RunEnds(uint* requests);

    /// <summary>Tells the C part whether a descriptor is a device.</summary>
    [LibraryImport("vmmengine-c", EntryPoint = "vmm_mark_known")]
    public static partial void MarkKnown(int descriptor, int isKnown);

    /// <summary>1 if any descriptor of this process but one is one of a file; 0 if none is.</summary>
    [LibraryImport("vmmengine-c", EntryPoint = "vmm_is_file_open")]
    public static partial int IsFileOpen(ulong device, ulong inode, int except);

    /// <summary>A struct stat of 64-bit Linux on x86.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct FileStatus
    {
        [FieldOffset(0)]
        public ulong Device;

        [FieldOffset(8)]
        public ulong Inode;
    }

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    private static partial int* ErrorLocation();

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static partial nint ReadLink(byte* path, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "fstat")]
    private static partial int Status(int descriptor, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "memfd_create")]
    private static partial int MemoryFileCreate(byte* name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int descriptor, int operation, nint argument);

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int NotifyInit(int flags);
}
