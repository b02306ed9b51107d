using System.Runtime.InteropServices;
using VmmEngine.Native.Files;
using VmmEngine.Native.Setup;

namespace VmmEngine.Native;

/// <summary>
/// What the C part (c/exports.c) calls. Every result is 0 or more, or a negated errno of the interfaces; no exception leaves, for that would end the
/// client's process.
/// </summary>
internal static unsafe class Exports
{
    /// <summary>The first call, under which the runtime starts. Once, with all signals blocked.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_start")]
    public static void Start()
    {
    }

    /// <summary>A thread's first call: the runtime gets to know the thread, before anybody else registers for its end.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_thread_enters")]
    public static void ThreadEnters()
    {
    }

    /// <summary>A thread's last call.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_thread_exits")]
    public static void ThreadExits()
    {
        try
        {
            ThreadCallers.GiveBack();
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
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

    /// <summary>Carries out a command. The argument is mapped, or null.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_ioctl")]
    public static int Ioctl(int descriptor, uint command, void* argument)
    {
        try
        {
            OpenFile? file = FileTable.At(descriptor);
            return -(file is null ? DeviceNodes.IoctlOfStranger(descriptor, command, argument) : ThreadCallers.Ioctl(descriptor, file, command, argument));
        }
        catch (Exception problem)
        {
            return -Log.Bug(problem);
        }
    }

    /// <summary>A descriptor was closed. Returns when what that ended has ended.</summary>
    [UnmanagedCallersOnly(EntryPoint = "engine_closed")]
    public static void Closed(int descriptor)
    {
        try
        {
            OpenFile? file = FileTable.At(descriptor);
            FileTable.Forget(descriptor);
            CloseWatch.Drain();
            if (file is not null)
            {
                CloseWatch.EndUnheard(file);
            }
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
    [UnmanagedCallersOnly(EntryPoint = "engine_drain")]
    public static void Drain()
    {
        try
        {
            CloseWatch.Drain();
        }
        catch (Exception problem)
        {
            Log.Bug(problem);
        }
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
}
