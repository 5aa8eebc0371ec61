package org.livepermit.sample

import java.io.File
import org.livepermit.HeldCredential
import org.livepermit.Holder
import org.livepermit.LivepermitException
import org.livepermit.Trust

/**
 * The credentials of a wallet in a folder of the app. A credential is no secret: without the device
 * key nobody can show it. It knows nothing of Android.
 */
class WalletFiles(private val folder: File) {
    /**
     * Gives [holder] what is kept. Nothing is removed here: the clock may be wrong, and the list of
     * issuers may be late.
     *
     * @return the codes with which credentials were refused, such as `expired`
     */
    fun restore(holder: Holder, issuers: Trust, now: Long): List<String> = files().mapNotNull {
        try {
            holder.accept(it.readBytes(), issuers, now)
            null
        } catch (refused: LivepermitException.Failed) {
            refused.code
        }
    }

    /**
     * Keeps a credential that the wallet accepted, and removes those that ended before it began. A
     * crash leaves each file whole.
     */
    fun keep(held: HeldCredential) {
        folder.mkdirs()
        val written = File(folder, "${held.expires}.part")
        written.writeBytes(held.bytes)
        check(written.renameTo(File(folder, "${held.expires}.credential"))) {
            "the credential could not be kept in $folder"
        }
        files().filter { expiresOf(it) <= held.notBefore }.forEach { it.delete() }
    }

    private fun expiresOf(file: File) = file.nameWithoutExtension.toLong()

    private fun files() =
        folder.listFiles { file -> file.extension == "credential" }.orEmpty().sortedBy(::expiresOf)
}
