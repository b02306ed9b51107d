using System.Runtime.InteropServices;
using VmmEngine.Devices;
using VmmEngine.Native.Files;
using VmmEngine.Native.Setup;
using VmmEngine.RunLoop;

namespace VmmEngine.Native;

/// <summary>
/// What the C part (c/exports.c) calls. Every result is 0 or more, or a negated errno of the interfaces; no exception leaves, for that would end the
/// client's process.
/// </summary>
internal static unsafe class Exports
{
    /// <summary>c/exports.h has the same.</summary>
    private const nint WayOfStranger = -1;

    /// <summary>A VM whose memory the client has mapped keeps its open file: where VMs end with their descriptors, somebody has to look.</summary>
    private const int LookInterval = 250;

    /// <summary>The first call, under which the runtime starts. Once, with all signals blocked.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_start")]
    public static void Start()
    {
        UserMemory.StaysMapped = &StaysMapped;
        ThreadSignals.RunEnds = &RunEnds;
        ThreadSignals.RunBegins = &RunBegins;
    }

    /// <summary>A thread's first call: the runtime gets to know the thread, before anybody else registers for its end.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_thread_enters")]
    public static void ThreadEnters()
    {
    }

    /// <summary>Opens a device; a descriptor, or a negated errno.</summary>
    /// <param name="path">In memory of the library's own.</param>
    /// <param name="flags">Linux's.</param>
    [UnmanagedCallersOnly(EntryPoint = "engine_open")]
    public static int Open(byte* path, int flags)
    {
        try
        {
            return DeviceNodes.Open(path, flags);
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>Whether a device is there; 0, or a negated errno.</summary>
    /// <param name="path">Not changed during the call.</param>
    [UnmanagedCallersOnly(EntryPoint = "engine_exists")]
    public static int Exists(byte* path)
    {
        try
        {
            return -DeviceNodes.Exists(path);
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>Carries out a command. The argument is mapped, or null.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_ioctl")]
    public static int Ioctl(int descriptor, uint command, void* argument)
    {
        try
        {
            return -DeviceNodes.Ioctl(descriptor, command, argument);
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>The calling thread's own way into a device; null if there is none but <see cref="Ioctl"/>; <see cref="WayOfStranger"/> for another file.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_find_way")]
    public static nint FindWay(int descriptor)
    {
        try
        {
            OpenFile? file = DeviceNodes.Find(descriptor, out bool isOpen);
            return file is not null ? ThreadWay.TryOpen(file) : isOpen ? WayOfStranger : 0;
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
            return 0;
        }
    }

    /// <summary>Carries out a command on the device that a way leads to.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_ioctl_by")]
    public static int IoctlBy(nint way, uint command, void* argument)
    {
        try
        {
            return -ThreadWay.Of(way).Ioctl(command, argument);
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>Gives a way back.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_give_back_way")]
    public static void GiveBackWay(nint way)
    {
        try
        {
            ThreadWay.GiveBack(way);
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
    }

    /// <summary>A descriptor is about to be closed.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_closing")]
    public static void Closing(int descriptor)
    {
        try
        {
            FileTable.Forget(descriptor);
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
    }

    /// <summary>It is closed. Returns when what that ended has ended.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_closed")]
    public static void Closed()
    {
        try
        {
            CloseWatch.Drain();
            CloseWatch.EndUnheard();
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
    }

    /// <summary>A descriptor may be another file's than it was.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_refresh")]
    public static void Refresh(int descriptor)
    {
        try
        {
            FileTable.Forget(descriptor);
            _ = DeviceNodes.Find(descriptor, out _);
            CloseWatch.Drain();
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
    }

    /// <summary>A descriptor that is readable when there is something for <see cref="Drain"/>; -1 if there is none.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_watch")]
    public static int Watch()
    {
        try
        {
            return CloseWatch.Descriptor;
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
            return -1;
        }
    }

    /// <summary>Ends what belongs to descriptors that have been closed behind the library's back.</summary>
    /// <returns>Milliseconds until it is to be looked again even if <see cref="Watch"/> tells nothing; -1 for not at all.</returns>
    [UnmanagedCallersOnly(EntryPoint = "engine_drain")]
    public static int Drain()
    {
        try
        {
            CloseWatch.Drain();
            if (!DeviceNodes.EndsWithDescriptor)
            {
                return -1;
            }

            CloseWatch.EndUnheard();
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }

        return LookInterval;
    }

    /// <summary>Sets an option before the first open.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_set")]
    public static int Set(byte* option, byte* value)
    {
        try
        {
            return -DeviceNodes.Set(Marshal.PtrToStringUTF8((nint)option)!, Marshal.PtrToStringUTF8((nint)value)!);
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>Says where log lines go; null for nowhere.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_set_log")]
    public static void SetLog(delegate* unmanaged<void*, int, byte*, void> function, void* context)
    {
        try
        {
            Log.SendTo(function, context);
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
    }

    private static void RunBegins(uint* requests, byte* leave) => LibC.RunBegins(requests, leave);

    private static void RunEnds(uint* requests) => LibC.RunEnds(requests);

    private static bool StaysMapped(void* address, nuint size) => LibC.StaysMapped(address, size) != 0;
}
